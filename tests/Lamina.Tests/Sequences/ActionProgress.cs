namespace Lamina.Tests.Sequences;

/// <summary>Progress that is looked at where it is made.</summary>
internal sealed class ActionProgress(Action<float> action) : IProgress<float>
{
    public void Report(float value) => action(value);
}
