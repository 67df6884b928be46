using Google.Protobuf;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Onnx;

/// <summary>
/// Writes a model as an ONNX file (opset 21): a float net as it is, an integer net in the QDQ form, in which DequantizeLinear and
/// QuantizeLinear stand around float layers and runtimes fuse them into integer kernels. Inside, images are channels first; weights are
/// transposed once. The output has the shape and the values of the model's own, uint8 probabilities as floats.
/// </summary>
/// <remarks>
/// ONNX requantizes with a float factor and rounds halves to even. Models of <c>onnx-qdq</c> have that meaning; those of <c>tflite8</c>
/// have TFLite's (two roundings, a 32-bit multiplier), so an integer of theirs may differ by one in another runtime.
/// ONNX Runtime on x64 computes int8 convolutions of the QDQ form in integers only if the session option
/// <c>session.qdqisint8allowed</c> is 1; else in float, where a sum at a tie may go to the other integer, and more slowly. QLinearConv
/// (<see cref="OnnxOptions.HasQLinearLayers"/>) needs no option.
/// </remarks>
/// <example><c>OnnxExport.Write(SavedModel.Read("runs/lenet5").Model, "lenet5.onnx")</c>; the input is batch x 28 x 28 x 1.</example>
public static class OnnxExport
{
    private const int Opset = 21, IrVersion = 10;

    /// <summary>Writes the file whole or not at all.</summary>
    /// <exception cref="UsageException">A layer has no form in ONNX; names it.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write(Model model, string path, OnnxOptions? options = null)
    {
        var bytes = Bytes(model, options);
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The file's content; the same model gives the same bytes.</summary>
    /// <exception cref="UsageException">A layer has no form in ONNX; names it.</exception>
    public static byte[] Bytes(Model model, OnnxOptions? options = null) => Build(model, options ?? new OnnxOptions()).ToByteArray();

    /// <summary>The file's content before it is serialized.</summary>
    internal static ModelProto Build(Model model, OnnxOptions options)
    {
        var proto = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "GpuQuant",
            Graph = new OnnxLayers(model, options).Write(),
        };
        proto.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        return proto;
    }
}
