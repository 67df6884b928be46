// Measurements, in a release build on a quiet machine:
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- --filter '*'      our steps
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- int8              the int8 layers of the four nets against the peak
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- peers             against libtorch and ONNX Runtime (--help says more)
using BenchmarkDotNet.Running;
using GpuQuant.Benchmarks;

if (args is ["peers", .. var rest])
    return PeersProgram.Run(rest);
if (args is ["int8"])
    IntLayers.Run();
else
    BenchmarkSwitcher.FromAssembly(typeof(LenetBenchmarks).Assembly).Run(args);
return 0;
