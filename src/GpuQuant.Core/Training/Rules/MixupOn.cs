namespace GpuQuant.Training.Rules;

/// <summary>What mixup mixes.</summary>
public enum MixupOn
{
    /// <summary>The pixels of images.</summary>
    Pixels,
    /// <summary>What a net's embedding makes of texts.</summary>
    Embeddings,
    /// <summary>The word numbers of texts, cut off to whole ones as Keras does: other words, even where a text has nearly all of the share.</summary>
    Indices,
}
