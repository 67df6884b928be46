using System.Runtime.InteropServices;
using Google.Protobuf;
using DataType = GpuQuant.Quantization.Onnx.TensorProto.Types.DataType;

namespace GpuQuant.Quantization.Onnx;

/// <summary>Parts of ONNX files.</summary>
internal static class OnnxNodes
{
    public static TensorProto Tensor<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<int> dims) where T : unmanaged
    {
        var type = typeof(T) == typeof(float) ? DataType.Float
            : typeof(T) == typeof(sbyte) ? DataType.Int8
            : typeof(T) == typeof(byte) ? DataType.Uint8
            : typeof(T) == typeof(int) ? DataType.Int32
            : typeof(T) == typeof(long) ? DataType.Int64
            : throw new ArgumentException($"No ONNX type for {typeof(T).Name}.");
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)type,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
        };
        foreach (var dim in dims)
            tensor.Dims.Add(dim);
        return tensor;
    }

    /// <summary>A stored tensor's values.</summary>
    public static float[] Floats(TensorProto tensor) => MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();

    /// <summary>A float input or output of the net; batches of any size if none is given.</summary>
    public static ValueInfoProto Value(string name, int? batch, params ReadOnlySpan<int> sample)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(batch is { } samples
            ? new TensorShapeProto.Types.Dimension { DimValue = samples }
            : new TensorShapeProto.Types.Dimension { DimParam = "batch" });
        foreach (var dim in sample)
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
        return new()
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float, Shape = shape } },
        };
    }

    public static NodeProto Node(string op, string output, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = op, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        return node;
    }

    public static AttributeProto Number(string name, long value) =>
        new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    public static AttributeProto Real(string name, float value) =>
        new() { Name = name, F = value, Type = AttributeProto.Types.AttributeType.Float };

    public static AttributeProto Numbers(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (var value in values)
            attribute.Ints.Add(value);
        return attribute;
    }
}
