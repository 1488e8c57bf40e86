namespace Lamina.Workers;

/// <summary>Tells each hundredth that is loaded, on the thread that loads.</summary>
internal sealed class LoadProgress(Action<float> tell) : IProgress<float>
{
    private int _told = -1;

    public void Report(float value)
    {
        var hundredths = (int)(value * 100);
        if (hundredths != _told)
        {
            _told = hundredths;
            tell(value);
        }
    }
}
