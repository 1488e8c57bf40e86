namespace TinyCorpus.Tasks;

/// <summary>What is to be done with a list.</summary>
internal enum ListOrder
{
    Same,
    Reversed,
    Sorted,
}
