namespace Lamina;

/// <summary>What has become of a worker of an <see cref="EnginePool"/>.</summary>
public enum PooledWorkerState
{
    /// <summary>It takes requests.</summary>
    Living,

    /// <summary>It was lost, and is started again.</summary>
    Restarting,

    /// <summary>It was lost too often in a row, and is not started again.</summary>
    GivenUp,
}
