namespace GpuQuant.Experiments;

/// <summary>What is added to the training set when a model is trained further; all but the first are controls.</summary>
public enum Treatment
{
    /// <summary>The inputs of the original test set on which any quantized version disagrees, with their true labels.</summary>
    Disagreements,
    /// <summary>As many random inputs of the test set on which all agree.</summary>
    Random,
    /// <summary>Nothing: only the further epochs.</summary>
    None,
}
