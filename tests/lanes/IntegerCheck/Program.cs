// Runs a quantized model in native and in simulated arithmetic on several devices and compares every output of every integer layer.
// A model that is integer from its input on must give the same integers on all devices; one that computes in float in between
// (tflite16) must give the same bits in both arithmetics of one device.
// Usage: IntegerCheck MODEL_FOLDER IMAGES DEVICE...
using System.Globalization;
using System.Runtime.InteropServices;
using GpuQuant;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

var saved = SavedModel.Read(args[0]);
var source = Catalog.Get<IDataSource>("data set", saved.Card.Dataset);
var data = Subset.First(source.Load(DataPart.Test, DataDirectory.Default), int.Parse(args[1], CultureInfo.InvariantCulture));
var isInteger = saved.Model.Graph.Nodes.Any(node => node.Op is QuantizeOp);
var layers =
    saved.Model.Graph.Nodes.Where(node => isInteger ? node.Output.Type != DType.Float32 : node.Op is DynamicConv2DOp or DynamicDenseOp)
        .ToArray();
long compared = 0, mismatches = 0;
foreach (var layer in layers)
{
    byte[]? expected = null;
    foreach (var device in args[2..])
    {
        expected = isInteger ? expected : null;
        foreach (var arithmetic in Enum.GetValues<Arithmetic>())
        {
            var actual = Outputs(device, arithmetic, layer);
            expected ??= actual;
            compared += actual.Length / layer.Output.Type.Size();
            mismatches += Mismatches(actual, expected, layer.Output.Type.Size());
        }
    }
}
Console.WriteLine($"{saved.Card.Architecture} {saved.Card.Quantizer}: {mismatches} mismatches in {compared:N0} outputs of {layers.Length} layers, "
    + $"{data.Count:N0} images, {string.Join(" and ", args[2..])}, native and simulated");
return mismatches == 0 ? 0 : 1;

static long Mismatches(byte[] actual, byte[] expected, int size)
{
    long count = Math.Abs(actual.Length - expected.Length);
    for (var i = 0; i < Math.Min(actual.Length, expected.Length); i += size)
        count += actual.AsSpan(i, size).SequenceEqual(expected.AsSpan(i, size)) ? 0 : 1;
    return count;
}

byte[] Outputs(string device, Arithmetic arithmetic, Node layer) => layer.Output.Type switch
{
    DType.Int8 => Run<sbyte>(device, arithmetic, layer),
    DType.UInt8 => Run<byte>(device, arithmetic, layer),
    _ => Run<float>(device, arithmetic, layer),
};

byte[] Run<T>(string device, Arithmetic arithmetic, Node layer) where T : unmanaged
{
    using var backend = Devices.Open(device, Catalog.All<IBackendProvider>());
    using var predictor = new Predictor(backend, saved.Model, saved.Preprocessing, 500, arithmetic, layer.Name);
    return MemoryMarshal.AsBytes(predictor.Run<T>(data).AsSpan()).ToArray();
}
