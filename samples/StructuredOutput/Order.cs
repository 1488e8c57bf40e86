namespace StructuredOutput;

/// <summary>What is read from a text where no other form is asked for.</summary>
/// <param name="Name">Who orders.</param>
/// <param name="Item">What.</param>
/// <param name="Count">How many.</param>
/// <param name="Price">What all of them cost.</param>
internal sealed record Order(string Name, string Item, int Count, decimal Price);
