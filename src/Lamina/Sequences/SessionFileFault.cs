namespace Lamina.Sequences;

/// <summary>Why a session file cannot be used.</summary>
public enum SessionFileFault
{
    /// <summary>It does not begin as a session file does.</summary>
    NotASessionFile,

    /// <summary>It is of a version of the format that this release does not read.</summary>
    UnsupportedVersion,

    /// <summary>It ends too early: it was copied or received in part.</summary>
    Cut,

    /// <summary>Its content is not what was saved.</summary>
    Damaged,

    /// <summary>It is whole, but its state is of another model than the engine's.</summary>
    OtherModel,

    /// <summary>
    /// It is whole and of the same model, but of another runtime, or of one that keeps keys and values otherwise.
    /// </summary>
    OtherFormat,
}
