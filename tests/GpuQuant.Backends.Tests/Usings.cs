global using GpuQuant.Backends.Tests.Harness;
global using GpuQuant.Backends.Tests.Reference;
global using GpuQuant.Numerics;
global using Xunit;

// Devices are shared, and one test at a time lets the harness see whether a call allocates host memory.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
