namespace GpuQuant.Tests.Support;

/// <summary>Tests that measure the process and so run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
