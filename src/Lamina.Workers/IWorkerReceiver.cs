namespace Lamina.Workers;

/// <summary>Gets what belongs to a request.</summary>
internal interface IWorkerReceiver
{
    /// <summary>Takes a message, on the connection's thread.</summary>
    /// <param name="message">The message.</param>
    /// <param name="bytes">The bytes that belong to it.</param>
    /// <returns>Whether it was the last one.</returns>
    bool Receive(WorkerMessage message, byte[] bytes);

    /// <summary>Ends, since no more will come.</summary>
    /// <param name="error">Why.</param>
    void End(Exception error);
}
