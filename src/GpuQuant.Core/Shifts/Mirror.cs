namespace GpuQuant.Shifts;

/// <summary>Which pixel of a line stands for one outside it, the line being continued by its mirror images.</summary>
internal static class Mirror
{
    /// <summary>The edge is not repeated: ... 2 1 | 0 1 2 3 | 2 1 ...</summary>
    public static int WithoutEdge(int index, int length)
    {
        if ((uint)index < (uint)length)
            return index;
        if (length == 1)
            return 0;
        var period = 2 * (length - 1);
        var place = ((index % period) + period) % period;
        return place < length ? place : period - place;
    }

    /// <summary>The edge is repeated: ... 1 0 | 0 1 2 3 | 3 2 ...</summary>
    public static int WithEdge(int index, int length)
    {
        if ((uint)index < (uint)length)
            return index;
        var period = 2 * length;
        var place = ((index % period) + period) % period;
        return place < length ? place : period - 1 - place;
    }
}
