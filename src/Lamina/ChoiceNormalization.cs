namespace Lamina;

/// <summary>How log-likelihoods of choices of different lengths are made comparable.</summary>
public enum ChoiceNormalization
{
    /// <summary>Not at all: the log-likelihood itself, which favours short choices.</summary>
    Sum,

    /// <summary>By the choice's tokens.</summary>
    PerToken,

    /// <summary>By the choice's bytes in UTF-8, which does not depend on how it is divided into tokens.</summary>
    PerByte,
}
