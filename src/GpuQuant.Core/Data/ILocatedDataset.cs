namespace GpuQuant.Data;

/// <summary>A data set whose samples come from numbered places, such as camera traps: a shift may be one of place.</summary>
public interface ILocatedDataset : IDataset
{
    /// <summary>The number of the place where one sample was taken.</summary>
    int Location(int index);
}
