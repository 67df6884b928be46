namespace GpuQuant.Kernels;

/// <summary>Sizes and integers of learned quantization's gradient.</summary>
/// <param name="Length">Values of a row, which share a step.</param>
/// <param name="Parts">Threads of a row.</param>
/// <param name="Minimum">The least integer.</param>
/// <param name="Maximum">The greatest integer.</param>
/// <param name="IsEndLearned">Whether the range's end is learned in place of the step.</param>
/// <param name="HasInputGradient">Whether the input's gradient is written.</param>
internal readonly record struct LearnedSizes(
    int Length, int Parts, int Minimum, int Maximum, int IsEndLearned, int HasInputGradient);
