// Runs a quantized model in native and in simulated arithmetic on several devices and compares every output of every integer layer.
// A model that is integer from its input on must give the same integers on all devices; one that computes in float in between
// (tflite16, onnx-qdq where there are sums, means or a softmax) must give the same bits in both arithmetics of one device.
// Usage: IntegerCheck MODEL_FOLDER IMAGES DEVICE...   where IMAGES is a count, or FIRST-END to share the work out, and a DEVICE can be
// cpu[avx2], the processor with those instructions, or cpu[*], with each set that it has.
using System.Globalization;
using System.Security.Cryptography;
using GpuQuant;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

const int Batch = 500;
var saved = SavedModel.Read(args[0]);
var graph = saved.Model.Graph;
var source = Catalog.Get<IDataSource>("data set", saved.Card.Dataset);
var range = args[1].Split('-').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
var (begin, end) = range.Length == 1 ? (0, range[0]) : (range[0], range[1]);
var data = new Subset(source.Load(DataPart.Test, DataDirectory.Default), [.. Enumerable.Range(begin, end - begin)], "images");
var devices = args[2..].SelectMany(name => name == "cpu[*]" ? CpuIsa.Present.Select(isa => $"cpu[{isa}]") : [name]).ToArray();
var isInteger = graph.Nodes.All(node => node.Op is InputOp || node.Output.Type != DType.Float32);
var layers = graph.Nodes.Where(node => node.Output.Type != DType.Float32 || node.Op is DynamicConv2DOp or DynamicDenseOp).ToArray();

long compared = 0, mismatches = 0;
byte[][]? expected = null;
foreach (var device in devices)
{
    expected = isInteger ? expected : null;
    foreach (var arithmetic in Enum.GetValues<Arithmetic>())
    {
        var actual = Outputs(device, arithmetic);
        expected ??= actual;
        for (var i = 0; i < layers.Length; i++)
        {
            var size = layers[i].Output.Type.Size();
            compared += actual[i].Length / size;
            mismatches += Mismatches(actual[i], expected[i], size);
        }
        var digest = Convert.ToHexStringLower(SHA256.HashData(actual[^1]))[..16];
        Console.WriteLine($"  {device} {arithmetic}: sha256 of the last layer's outputs {digest}");
    }
}
Console.WriteLine(
    $"{saved.Card.Architecture} {saved.Card.Quantizer}: {mismatches} mismatches in {compared:N0} outputs of {layers.Length} layers, "
    + $"images {begin:N0} to {end - 1:N0}, {string.Join(" and ", devices)}, native and simulated");
return mismatches == 0 ? 0 : 1;

static long Mismatches(byte[] actual, byte[] wanted, int size)
{
    long count = Math.Abs(actual.Length - wanted.Length);
    for (var i = 0; i < Math.Min(actual.Length, wanted.Length); i += size)
        count += actual.AsSpan(i, size).SequenceEqual(wanted.AsSpan(i, size)) ? 0 : 1;
    return count;
}

// Each layer's outputs on all images, from one pass that copies them aside.
byte[][] Outputs(string device, Arithmetic arithmetic)
{
    using var backend = device.StartsWith("cpu[", StringComparison.Ordinal)
        ? new CpuBackend(isa: CpuIsa.Parse(device[4..^1]))
        : Devices.Open(device, Catalog.All<IBackendProvider>());
    using var parameters = new DeviceParameters(backend, saved.Model);
    var batch = Math.Min(Batch, data.Count);
    var copies = graph.Nodes.ToDictionary(n => n, n => parameters.Take($"{n.Name}.copy", n.Output.Type, n.Output.Shape.Prepend(batch)));
    using var program = GraphProgram.ForObservation(
        graph, parameters, backend, batch, (node, output) => new CopyCall(output, copies[node]), arithmetic);
    var loader = new BatchLoader(data, saved.Preprocessing, batch, net: graph);
    var outputs = layers.Select(_ => new MemoryStream()).ToArray();
    for (var first = 0; first < data.Count; first += batch)
    {
        var count = Math.Min(batch, data.Count - first);
        loader.Load([.. Enumerable.Range(first, count)], backend, program.Input);
        program.Run();
        for (var i = 0; i < layers.Length; i++)
        {
            var copy = new Tensor(copies[layers[i]].Type, copies[layers[i]].Shape);
            backend.Download(copies[layers[i]], copy.Bytes);
            outputs[i].Write(copy.Bytes[..(copy.Bytes.Length / batch * count)]);
        }
    }
    return [.. outputs.Select(stream => stream.ToArray())];
}
