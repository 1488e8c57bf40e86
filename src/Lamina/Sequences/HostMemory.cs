namespace Lamina.Sequences;

/// <summary>Counts the bytes of states in host memory against a limit. Safe for use from several threads.</summary>
/// <param name="limit">The most bytes.</param>
internal sealed class HostMemory(long limit)
{
    private long _used;

    /// <summary>The most bytes.</summary>
    public long Limit => limit;

    /// <summary>Bytes in use.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Counts bytes that are taken, or with a negative number given back.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _used, bytes);
}
