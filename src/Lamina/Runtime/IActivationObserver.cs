namespace Lamina.Runtime;

/// <summary>Sees what the weights of a model are multiplied by, while a decoder computes.</summary>
/// <remarks>
/// Called on the decoder's thread, in the order of the computation, a micro-batch at a time. An exception of an observer
/// stops the batch and comes out of <see cref="IDecoder.Decode"/> as it is. Not shown are inputs that are no 32-bit
/// floating-point numbers, and in a model's last layer the tokens whose logits nobody wants.
/// </remarks>
public interface IActivationObserver
{
    /// <summary>Whether it is to be shown what a weight is multiplied by. A no costs next to nothing.</summary>
    /// <param name="weight">The weight's name in the model's file: <c>blk.0.ffn_down.weight</c>.</param>
    bool Wants(string weight);

    /// <summary>Shows what a wanted weight was multiplied by.</summary>
    /// <param name="activations">The rows. They hold until the method returns.</param>
    void Observe(in Activations activations);
}
