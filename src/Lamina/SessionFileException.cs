namespace Lamina;
public sealed class SessionFileException(string m) : LaminaException("load session", m);
