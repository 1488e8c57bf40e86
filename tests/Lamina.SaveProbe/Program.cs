using Lamina.Sequences;

// Saves states over one file, in turn and without end, in a process of its own, since the test kills it over that.
// The first argument is the file, the others are the session files to read the states from. Says when it begins.
var states = await Task.WhenAll(args[1..].Select(path => SequenceState.LoadAsync(path)));
var parent = Task.Run(() => Console.In.Read()); // ends with the test that started it
Console.WriteLine("saving");
for (var i = 0; !parent.IsCompleted; i++)
{
    await states[i % states.Length].SaveAsync(args[0]);
}
