namespace Lamina.Benchmarks.Peers;

/// <summary>A program that runs models: Lamina, or one that it is held against.</summary>
internal interface IPeer
{
    /// <summary>Its column in the table.</summary>
    string Name { get; }

    /// <summary>Whether it can be asked for this.</summary>
    bool Takes(PeerTask task) => true;

    /// <summary>Makes it ready to work.</summary>
    /// <exception cref="PeerException">It does not start.</exception>
    Task<IPeerSession> OpenAsync(PeerSettings settings, CancellationToken cancellationToken);
}
