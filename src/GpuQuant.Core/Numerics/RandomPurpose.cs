namespace GpuQuant.Numerics;

/// <summary>What a random draw is for: draws for different purposes are independent although they share the user's seed.</summary>
/// <remarks>The numbers are part of every result's identity: add new ones at the end, never renumber.</remarks>
public enum RandomPurpose
{
    /// <summary>Initial weights; the sample is the parameter's position in the graph.</summary>
    Initialization = 1,
    /// <summary>The order of the training samples in an epoch.</summary>
    Shuffle = 2,
    /// <summary>Which elements dropout removes.</summary>
    Dropout = 3,
    /// <summary>Generated (embedded) data sets.</summary>
    Generation = 4,
    /// <summary>Shifts (corruptions) of test sets.</summary>
    Shift = 5,
    /// <summary>Splits of a data set, such as the validation part.</summary>
    Split = 6,
    /// <summary>Random inputs of tests and benchmarks.</summary>
    Test = 7,
    /// <summary>Subsets and resampling in the evaluation.</summary>
    Evaluation = 8,
    /// <summary>Samples that post-training quantization learns from.</summary>
    Quantization = 9,
    /// <summary>Which values of its own state a recurrent layer does not see.</summary>
    RecurrentDropout = 10,
    /// <summary>The weights with which a batch's samples are mixed.</summary>
    Mixup = 20,
    /// <summary>Which samples of a batch are mixed with each other.</summary>
    MixupPartner = 21,
    /// <summary>Where an attack on a sample starts.</summary>
    AttackStart = 22,
    /// <summary>How training samples are cropped.</summary>
    Crop = 23,
    /// <summary>Which part of a training sample is cut out.</summary>
    Cutout = 24,
    /// <summary>The noise that is added to training samples.</summary>
    Noise = 25,
    /// <summary>Which training samples are mirrored.</summary>
    Flip = 26,
}
