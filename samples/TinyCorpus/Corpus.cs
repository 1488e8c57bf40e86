using TinyCorpus.Stories;
using TinyCorpus.Talk;
using TinyCorpus.Tasks;

namespace TinyCorpus;

/// <summary>Texts without end to train a small model on: stories, tasks with their solutions, talk; plain and as chats.</summary>
public static class Corpus
{
    private const int LongChat = 1800;

    // What is asked how often: the hard more often than the easy, which they contain.
    private static readonly (int Weight, TinyTask Task)[] Tasks =
    [
        (2, new AdditionTask(1)), (2, new AdditionTask(2)), (4, new AdditionTask(3)), (3, new AdditionTask(4)), (4, new AdditionTask(5)),
        (3, new AdditionTask(6)), (5, new AdditionTask(8)),
        (2, new SubtractionTask(1)), (3, new SubtractionTask(2)), (6, new SubtractionTask(3)), (4, new SubtractionTask(4)),
        (7, new SubtractionTask(5)),
        (8, new MultiplicationTask(1)), (10, new MultiplicationTask(2)),
        (9, new ExpressionTask(2)), (11, new ExpressionTask(3)),
        (8, new StoryProblemTask(2)), (9, new StoryProblemTask(3)),
        (1, new ListTask(ListOrder.Same, 3)), (1, new ListTask(ListOrder.Same, 5)), (2, new ListTask(ListOrder.Same, 8)),
        (3, new ListTask(ListOrder.Same, 16)),
        (1, new ListTask(ListOrder.Reversed, 3)), (2, new ListTask(ListOrder.Reversed, 5)), (3, new ListTask(ListOrder.Reversed, 8)),
        (5, new ListTask(ListOrder.Reversed, 16)),
        (1, new ListTask(ListOrder.Sorted, 3)), (6, new ListTask(ListOrder.Sorted, 5)), (9, new ListTask(ListOrder.Sorted, 8)),
        (3, new WordListTask(ListOrder.Same, 4)), (4, new WordListTask(ListOrder.Same, 8)), (4, new WordListTask(ListOrder.Same, 12)),
        (2, new WordListTask(ListOrder.Reversed, 4)), (3, new WordListTask(ListOrder.Reversed, 8)),
        (3, new LookupTask(3)), (4, new LookupTask(5)), (5, new LookupTask(8)),
        (2, new EntailmentTask(2)), (4, new EntailmentTask(3)), (4, new EntailmentTask(4)), (7, new EntailmentTask(6)),
        (10, new ExtractionTask()),
    ];

    // Where words, not digits, have to be found again in what was said before.
    private static readonly TinyTask[] WordTasks =
    [
        new WordListTask(ListOrder.Same, 8), new WordListTask(ListOrder.Same, 12), new WordListTask(ListOrder.Reversed, 4),
        new WordListTask(ListOrder.Reversed, 8), new ExtractionTask(), new ExtractionTask(), new ExtractionTask(), new ExtractionTask(),
        new LookupTask(3), new LookupTask(5), new LookupTask(8), new LookupTask(10),
        new EntailmentTask(2), new EntailmentTask(3), new EntailmentTask(4), new EntailmentTask(6), new EntailmentTask(6),
    ];

    // What follows from what was said, in one step or in several.
    private static readonly TinyTask[] FactTasks = [new EntailmentTask(2), new EntailmentTask(3), new EntailmentTask(4), new EntailmentTask(6)];

    private static readonly int TotalWeight = Tasks.Sum(entry => entry.Weight);

    /// <summary>The chat template of all chats, in Jinja.</summary>
    public static string ChatTemplate => ChatForm.Template;

    /// <summary>A document. It holds no question that is <see cref="Exercise.IsHeldOut">held out</see>.</summary>
    /// <param name="random">Where it is drawn from.</param>
    public static Document Next(Random random) => random.Next(100) switch
    {
        < 16 => Story.Create(random).ToDocument(random),
        < 24 => PlainText(random),
        < 35 => ToolChat(random),
        _ => Chat(random),
    };

    /// <summary>
    /// A document as from <see cref="Next"/>, but mostly one whose words have to be found again: stories, lists of words,
    /// tables, facts, extraction, tool calls. Small networks learn that late, and then within a few hundred steps.
    /// </summary>
    /// <param name="random">Where it is drawn from.</param>
    public static Document NextOfWords(Random random) => random.Next(100) switch
    {
        < 5 => Story.Create(random).ToDocument(random),
        < 10 => Turns(random, 1, random => Story.Create(random).ToTurn(random)),
        < 20 => ToolChat(random),
        < 75 => TaskTurns(random, WordTasks),
        _ => Next(random),
    };

    /// <summary>A document as from <see cref="Next"/>, but often one about what follows from some facts.</summary>
    /// <param name="random">Where it is drawn from.</param>
    public static Document NextOfFacts(Random random) => random.Percent(40) ? TaskTurns(random, FactTasks) : Next(random);

    /// <summary>A question as a prompt, up to where the model is to answer.</summary>
    /// <param name="exercise">The question.</param>
    public static Document Ask(Exercise exercise)
    {
        var document = new Document();
        if (exercise.System is { } system)
        {
            document.System(system);
        }

        return document.User(exercise.Question).Control(Document.MessageStart, isLearned: false).Give("assistant\n");
    }

    private static (string Question, string Answer) ToTurn(Exercise exercise) => (exercise.Question, exercise.Solution);

    private static Exercise Exercise(Random random)
    {
        var at = random.Next(TotalWeight);
        foreach (var (weight, task) in Tasks)
        {
            if ((at -= weight) < 0)
            {
                return task.Create(random, heldOut: false);
            }
        }

        throw new InvalidOperationException("The weights do not add up.");
    }

    private static (string Question, string Answer) Exchange(Random random)
    {
        var (question, answer) = random.Next(100) switch
        {
            < 86 => ToTurn(Exercise(random)),
            < 95 => LaminaTalk.Draw(random),
            _ => SmallTalk.Draw(random),
        };

        // People are not always careful.
        question = random.Percent(8) ? string.Concat(char.ToLowerInvariant(question[0]).ToString(), question.AsSpan(1)) : question;
        return (random.Percent(8) ? question.TrimEnd('?', '.', '!') : question, answer);
    }

    private static Document PlainText(Random random)
    {
        var document = new Document();
        for (var left = random.Next(1, 5); left > 0; left--)
        {
            var (question, answer) = Exchange(random);
            document.Give($"Question: {question}\nAnswer:\n").Say(answer + "\n");
        }

        return document.Control(Document.EndOfText, isLearned: true);
    }

    private static Document Chat(Random random)
    {
        var document = new Document();
        if (random.Percent(15))
        {
            document.System(random.Pick("You are a helpful assistant.", "Answer the user.", "You are the tiny model of Lamina.", "Be brief."));
        }

        // Some chats are long, so that the model learns to look far back.
        var turns = random.Percent(15) ? random.Next(6, 14) : random.Next(1, 5);
        for (var length = 0; turns > 0 && length < LongChat; turns--)
        {
            var (question, answer) = random.Percent(94) ? Exchange(random) : Story.Create(random).ToTurn(random);
            document.User(question).Assistant(answer);
            length += question.Length + answer.Length;
        }

        return document;
    }

    private static Document Turns(Random random, int count, Func<Random, (string Question, string Answer)> draw)
    {
        var document = new Document();
        for (var i = 0; i < count; i++)
        {
            var (question, answer) = draw(random);
            document.User(question).Assistant(answer);
        }

        return document;
    }

    private static Document TaskTurns(Random random, TinyTask[] tasks) =>
        Turns(random, random.Next(2, 6), random => ToTurn(random.Pick<TinyTask>(tasks).Create(random, heldOut: false)));

    private static Document ToolChat(Random random)
    {
        var document = new Document();
        if (random.Percent(10))
        {
            var (question, answer) = SmallTalk.Draw(random);
            return document.System(ChatForm.ToolSystem(random.PickSome<Tool>(random.Next(1, 4), Tools.All))).User(question).Assistant(answer);
        }

        while (true)
        {
            var (exercise, toolCase) = ToolCallTask.CreateCase(random);
            if (!exercise.IsHeldOut)
            {
                document.System(exercise.System!).User(exercise.Question).Assistant(exercise.Solution);
                return random.Percent(60) ? document.ToolResult(toolCase.Result).Assistant(toolCase.Reply) : document;
            }
        }
    }
}
