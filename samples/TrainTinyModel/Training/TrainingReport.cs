namespace TrainTinyModel.Training;

/// <summary>How a training goes.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">The loss over the last steps, in nats a token.</param>
/// <param name="TokensPerSecond">The speed.</param>
/// <param name="Left">The time that is left.</param>
internal sealed record TrainingReport(int Step, int Steps, double Loss, double TokensPerSecond, TimeSpan Left);
