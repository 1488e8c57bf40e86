namespace Lamina.Chat;

/// <summary>Whose message it is.</summary>
public enum ChatRole
{
    /// <summary>What the assistant is told before all.</summary>
    System,

    /// <summary>As <see cref="System"/>, where a template tells the app's developer from the model's maker.</summary>
    Developer,

    /// <summary>The person who asks.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>What a tool that was called has found.</summary>
    Tool,
}
