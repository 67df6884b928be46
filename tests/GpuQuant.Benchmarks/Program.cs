// Measurements, in a release build on a quiet machine: dotnet run -c Release --project tests/GpuQuant.Benchmarks -- --filter '*'
// Everything but products and convolutions against a plain copy, on so many threads: ... -- bandwidth 2
// The int8 layers of the four nets against the processor's peak, and the whole nets: ... -- int8
using System.Globalization;
using BenchmarkDotNet.Running;
using GpuQuant.Benchmarks;

switch (args)
{
    case ["bandwidth", .. var rest]:
        Bandwidth.Run(rest is [var threads] ? int.Parse(threads, CultureInfo.InvariantCulture) : Environment.ProcessorCount);
        break;
    case ["int8"]:
        IntLayers.Run();
        IntNets.Run();
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(LenetBenchmarks).Assembly).Run(args);
        break;
}
