namespace GpuQuant.Kernels;

/// <summary>A matrix that a convolution multiplies but never writes down: its rows are pixels, its columns pixels of the window times channels.</summary>
internal interface IPatchMap
{
    /// <summary>What the elements of a row have in common.</summary>
    PatchCorner Corner(int pixel);

    /// <summary>The place of an element in memory; negative where it is 0, and outside of the matrix.</summary>
    int At(PatchCorner corner, int tap);
}
