using GpuQuant.Quantization.Onnx;

namespace GpuQuant.Peers.Onnx;

/// <summary>
/// Turns a float ONNX model into its QDQ form: weights int8, symmetric, per output channel; activations uint8, asymmetric; biases
/// int32. ONNX Runtime fuses the pairs of QuantizeLinear and DequantizeLinear with what stands between them into integer kernels.
/// </summary>
internal sealed class OnnxQuantize
{
    private static readonly string[] WithWeights = ["Conv", "Gemm"];
    private static readonly string[] Quantized =
        ["Conv", "Gemm", "Add", "MaxPool", "GlobalAveragePool", "Flatten", "BatchNormalization", "Softmax"];
    private static readonly string[] KeepingScale = ["MaxPool", "Flatten"];

    private readonly GraphProto _source;
    private readonly GraphProto _graph;
    private readonly IReadOnlyDictionary<string, (float Minimum, float Maximum)> _ranges;
    private readonly Dictionary<string, TensorProto> _values;
    private readonly Dictionary<string, (float Scale, byte ZeroPoint)> _meanings = [];
    private readonly Dictionary<string, string> _dequantized = [];

    private OnnxQuantize(GraphProto source, IReadOnlyDictionary<string, (float Minimum, float Maximum)> ranges)
    {
        (_source, _ranges) = (source, ranges);
        _values = source.Initializer.ToDictionary(tensor => tensor.Name);
        _graph = new GraphProto { Name = source.Name };
        _graph.Input.AddRange(source.Input);
        _graph.Output.AddRange(source.Output);
    }

    /// <summary>The model with the given ranges of its tensors.</summary>
    public static ModelProto Apply(ModelProto model, IReadOnlyDictionary<string, (float Minimum, float Maximum)> ranges)
    {
        var quantized = model.Clone();
        quantized.Graph = new OnnxQuantize(model.Graph, ranges).Run();
        return quantized;
    }

    private GraphProto Run()
    {
        foreach (var source in _source.Node)
        {
            var node = source.Clone();
            if (Quantized.Contains(node.OpType))
                for (var i = 0; i < node.Input.Count; i++)
                    node.Input[i] = Input(source, i);
            else
                foreach (var name in node.Input.Where(_values.ContainsKey))
                    Keep(name);
            if (KeepingScale.Contains(node.OpType))
                _meanings[node.Output[0]] = Meaning(source.Input[0]);
            _graph.Node.Add(node);
        }
        return _graph;
    }

    private string Input(NodeProto node, int index)
    {
        var name = node.Input[index];
        if (!_values.ContainsKey(name))
            return Activation(name);
        if (!WithWeights.Contains(node.OpType))
            return Keep(name);
        return index == 1 ? Weights(name) : Bias(name, node.Input[0], node.Input[1]);
    }

    private string Keep(string name)
    {
        if (_graph.Initializer.All(tensor => tensor.Name != name))
            _graph.Initializer.Add(_values[name]);
        return name;
    }

    private string Activation(string name)
    {
        if (_dequantized.TryGetValue(name, out var known))
            return known;
        var (scale, zeroPoint) = Meaning(name);
        _graph.Initializer.Add(OnnxNodes.Tensor($"{name}/scale", [scale]));
        _graph.Initializer.Add(OnnxNodes.Tensor($"{name}/zero", [zeroPoint]));
        _graph.Node.Add(OnnxNodes.Node("QuantizeLinear", $"{name}/q", [name, $"{name}/scale", $"{name}/zero"]));
        return _dequantized[name] = Dequantize(name, $"{name}/q");
    }

    private string Weights(string name)
    {
        var tensor = _values[name];
        var (values, scales) = (OnnxNodes.Floats(tensor), WeightScales(name));
        var length = values.Length / scales.Length;
        var integers = values.Select((value, i) => (sbyte)Math.Clamp(MathF.Round(value / scales[i / length]), -127, 127)).ToArray();
        _graph.Initializer.Add(OnnxNodes.Tensor<sbyte>($"{name}/q", integers, [.. tensor.Dims.Select(dim => (int)dim)]));
        _graph.Initializer.Add(OnnxNodes.Tensor<float>($"{name}/scale", scales, scales.Length));
        _graph.Initializer.Add(OnnxNodes.Tensor<sbyte>($"{name}/zero", new sbyte[scales.Length], scales.Length));
        return Dequantize(name, $"{name}/q", axis: 0);
    }

    private string Bias(string name, string input, string weights)
    {
        var scales = WeightScales(weights).Select(scale => scale * Meaning(input).Scale).ToArray();
        var integers = OnnxNodes.Floats(_values[name]).Select((value, c) => (int)MathF.Round(value / scales[c])).ToArray();
        _graph.Initializer.Add(OnnxNodes.Tensor<int>($"{name}/q", integers, integers.Length));
        _graph.Initializer.Add(OnnxNodes.Tensor<float>($"{name}/scale", scales, scales.Length));
        _graph.Initializer.Add(OnnxNodes.Tensor<int>($"{name}/zero", new int[scales.Length], scales.Length));
        return Dequantize(name, $"{name}/q", axis: 0);
    }

    private string Dequantize(string name, string quantized, int? axis = null)
    {
        var node = OnnxNodes.Node("DequantizeLinear", $"{name}/dq", [quantized, $"{name}/scale", $"{name}/zero"]);
        if (axis is { } channels)
            node.Attribute.Add(OnnxNodes.Number("axis", channels));
        _graph.Node.Add(node);
        return $"{name}/dq";
    }

    private float[] WeightScales(string name)
    {
        var values = OnnxNodes.Floats(_values[name]);
        return [.. values.Chunk(values.Length / (int)_values[name].Dims[0]).Select(row => Math.Max(row.Max(MathF.Abs), 1e-6f) / 127)];
    }

    private (float Scale, byte ZeroPoint) Meaning(string name)
    {
        if (_meanings.TryGetValue(name, out var known))
            return known;
        var (least, greatest) = (Math.Min(_ranges[name].Minimum, 0), Math.Max(_ranges[name].Maximum, 0));
        var scale = Math.Max(greatest - least, 1e-6f) / 255;
        return _meanings[name] = (scale, (byte)Math.Clamp(MathF.Round(-least / scale), 0, 255));
    }
}
