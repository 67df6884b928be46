using GpuQuant.Backends;

namespace GpuQuant.Kernels;

/// <summary>The sizes of a batch normalization.</summary>
/// <param name="Rows">What is averaged over.</param>
/// <param name="Channels">Values per row.</param>
/// <param name="ChunkSize">Rows that one thread adds up.</param>
/// <param name="Activation">Applied to the output.</param>
/// <param name="Minimum">The least integer of the output's fake-quantizer.</param>
/// <param name="Maximum">The greatest integer; the same as the least if there is no quantizer.</param>
/// <param name="HasConstantStatistics">1 if mean and deviation do not depend on the input, else 0.</param>
/// <param name="Width">Values from an input row to the next: the channels, or more of which others are not looked at.</param>
/// <param name="GradientWidth">The same of the input's gradient.</param>
/// <param name="AddsGradient">1 if the input's gradient is added to what stands in its place, else 0.</param>
internal readonly record struct BatchNormSizes(
    int Rows, int Channels, int ChunkSize, Activation Activation, int Minimum, int Maximum, int HasConstantStatistics, int Width,
    int GradientWidth, int AddsGradient);
