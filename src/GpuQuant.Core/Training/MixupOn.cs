namespace GpuQuant.Training;

/// <summary>What mixup mixes.</summary>
public enum MixupOn
{
    /// <summary>The pixels of images.</summary>
    Pixels,
    /// <summary>What a net's embedding makes of texts.</summary>
    Embeddings,
    /// <summary>The word numbers of texts, cut off to whole ones as Keras does: another word that has nothing to do with either.</summary>
    Indices,
}
