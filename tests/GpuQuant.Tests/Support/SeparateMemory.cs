using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>A training step whose every tensor has memory of its own, run call by call: no arena, no sharing.</summary>
internal static class SeparateMemory
{
    public static Dictionary<string, float[]> Gradients(Backend backend, Model model, float[] input, int[] classes)
    {
        using var parameters = new DeviceParameters(backend, model, withGradients: true);
        var graph = FuseActivations.Apply(model.Graph);
        var plan = new Plan(graph, classes.Length, true, Arithmetic.Native, name => parameters[name], name => parameters.Gradient(name));
        var loss = new SoftmaxCrossEntropyLoss();
        var last = loss.Logits(graph);
        plan.Forward(last);
        var logits = plan.Value(last);
        var (targets, gradient) = (Like("targets", logits), Like("gradient", logits));
        var statistics = TensorView.Allocate(backend, "statistics", DType.Float32, new Shape(2));
        foreach (var call in loss.Calls(logits, targets, statistics, gradient))
            plan.Emit(call);
        plan.Backward(last, gradient);
        Place(backend, plan.Value(graph.Input));
        backend.Upload(MemoryMarshal.AsBytes<float>(input), plan.Value(graph.Input));
        backend.Upload(MemoryMarshal.AsBytes<float>(TestModels.OneHot(classes, logits.Shape[1])), targets);
        Place(backend, plan.RandomPosition);
        backend.Upload(MemoryMarshal.AsBytes<int>(TestModels.RandomPosition(classes.Length)), plan.RandomPosition);
        foreach (var (call, _) in plan.Calls)
            Run(backend, call);
        return model.Graph.Parameters.Where(p => p.Spec.Trainable)
            .ToDictionary(p => p.Name, p => TestModels.Fetch<float>(backend, parameters.Gradient(p.Name)));

        TensorView Like(string name, TensorView view) => TensorView.Allocate(backend, name, view.Type, view.Shape);
    }

    /// <summary>Runs one call; what has no memory yet gets its own.</summary>
    public static void Run(Backend backend, KernelCall call)
    {
        foreach (var view in call.Reads.Concat(call.Writes))
            Place(backend, view);
        var bytes = backend.WorkspaceBytes(call);
        var complete = bytes == 0 ? call
            : call with { Workspace = TensorView.Allocate(backend, "workspace", DType.UInt8, new Shape((int)bytes)) };
        complete.Prepare(backend.Primitives)();
    }

    private static void Place(Backend backend, TensorView view)
    {
        if (!view.Storage.IsPlaced)
            view.Storage.Place(backend.Allocate(view.Storage.Bytes), 0);
    }
}
