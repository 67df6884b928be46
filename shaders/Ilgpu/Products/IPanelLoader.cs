namespace GpuQuant.Kernels;

/// <summary>Where an operand of a matrix product comes from. A line is a row of the left operand, a column of the right one.</summary>
internal interface IPanelLoader<T> where T : unmanaged
{
    /// <summary>1 if <see cref="Load"/> gives four neighbours along the depth, 0 if those of four lines; the same for all threads.</summary>
    int IsAlongDepth { get; }

    /// <summary>The element of a line and its next three neighbours; 0 outside the operand.</summary>
    Row4<T> Load(int line, int depth);
}
