using GpuQuant.Quantization.PostTraining;

namespace GpuQuant.Experiments;

/// <summary>One net after one post-training pass.</summary>
/// <param name="Net">Its architecture.</param>
/// <param name="Weights">Their form: <c>w4 channel</c>.</param>
/// <param name="Method">The pass: <c>AdaRound</c>.</param>
/// <param name="Distance">How far its logits are from the float net's.</param>
/// <param name="Bytes">The size of its parameters.</param>
public sealed record PostTrainingRow(string Net, string Weights, string Method, OutputDistance Distance, long Bytes);
