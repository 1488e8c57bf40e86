namespace TrainTinyModel;

/// <summary>Which model to train.</summary>
internal enum ModelSize
{
    Tiny,
    Draft,
    Test,
}
