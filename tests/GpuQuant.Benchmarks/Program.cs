// Measurements, in a release build on a quiet machine:
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- --filter '*'      our kernels and steps
//   dotnet run -c Release --project tests/GpuQuant.Benchmarks -- peers             against libtorch and ONNX Runtime (--help says more)
using BenchmarkDotNet.Running;
using GpuQuant.Benchmarks;

if (args is ["peers", .. var rest])
    return PeersProgram.Run(rest);
BenchmarkSwitcher.FromAssembly(typeof(LenetBenchmarks).Assembly).Run(args);
return 0;
