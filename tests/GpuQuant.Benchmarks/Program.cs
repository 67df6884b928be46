// Measurements, in a release build on a quiet machine: dotnet run -c Release --project tests/GpuQuant.Benchmarks -- --filter '*'
// The int8 layers of the four nets against the processor's peak, and the whole nets: -- int8
using BenchmarkDotNet.Running;
using GpuQuant.Benchmarks;

if (args is ["int8"])
{
    IntLayers.Run();
    IntNets.Run();
}
else
    BenchmarkSwitcher.FromAssembly(typeof(LenetBenchmarks).Assembly).Run(args);
