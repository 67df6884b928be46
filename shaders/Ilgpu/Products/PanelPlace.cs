using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Which four elements of every panel a thread brings.</summary>
/// <param name="Line">The first one's line in the operand.</param>
/// <param name="Depth">The first one's depth in the panel.</param>
/// <param name="InPanel">The first one's line in the panel.</param>
/// <param name="IsAlongDepth">1 if the others follow along the depth, 0 if they are those of the next lines.</param>
internal readonly record struct PanelPlace(int Line, int Depth, int InPanel, int IsAlongDepth)
{
    /// <summary>The place of this thread in panels of so many lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PanelPlace Of(int lines, int depth, int isAlongDepth, int firstLine)
    {
        var thread = Group.IdxX;
        var (line, at) = isAlongDepth != 0
            ? (thread / (depth / 4), thread % (depth / 4) * 4)
            : (thread % (lines / 4) * 4, thread / (lines / 4));
        return new(firstLine + line, at, line, isAlongDepth);
    }

    /// <summary>Puts the elements into the panel that begins at a depth; the lines of one depth lie together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<T>(ArrayView<Row4<T>> panels, int panel, int pitch, Row4<T> row) where T : unmanaged
    {
        if (IsAlongDepth == 0)
        {
            panels[(panel + Depth) * pitch + (InPanel >> 2)] = row;
            return;
        }
        var elements = panels.Cast<T>();
        var at = (panel + Depth) * pitch * 4 + InPanel;
        elements[at] = row.X;
        elements[at + pitch * 4] = row.Y;
        elements[at + pitch * 8] = row.Z;
        elements[at + pitch * 12] = row.W;
    }
}
