using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Quantization;

/// <summary>What a quantizer may look at besides the model.</summary>
/// <param name="Backend">The device on which to run the model.</param>
/// <param name="Data">The training set; its first samples calibrate.</param>
/// <param name="Preprocessing">How its samples become input.</param>
public sealed record CalibrationData(Backend Backend, IDataset Data, Preprocessing Preprocessing)
{
    /// <summary>How many samples the scheme looks at; null: the scheme's own number.</summary>
    public int? Samples { get; init; }

    /// <summary>How a layer's range follows from its outputs, for schemes that calibrate activations.</summary>
    public RangeRule Range { get; init; } = RangeRule.MinMax;
}

/// <summary>A deployment scheme: turns a float model into the model that is deployed. The float model stays as it is.</summary>
public interface IQuantizer : INamed
{
    /// <summary>One line for help and reports.</summary>
    string Description { get; }

    /// <summary>The deployed model: an integer graph, or a float graph with the deployed weights' values.</summary>
    /// <exception cref="UsageException">A layer has no form in this scheme; names it.</exception>
    Model Quantize(Model model, CalibrationData calibration);

    /// <summary>How a parameter of the deployed model is stored; as it is unless the scheme has a smaller exact form.</summary>
    StoredTensor Encode(string name, Tensor value) => StoredTensor.AsItIs(value);
}
