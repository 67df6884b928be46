namespace GpuQuant.Graphs;

/// <summary>An op that can apply an activation to its output while it computes it.</summary>
public interface IFusesActivation
{
    /// <summary>The activation applied now.</summary>
    Backends.Activation Activation { get; }

    /// <summary>The op with an activation.</summary>
    Op WithActivation(Backends.Activation activation);
}

/// <summary>
/// The pass that puts activations into the layers before them (conv + relu becomes one kernel), where nothing else needs the value in
/// between. Layer names stay; the activation's layer disappears into its producer.
/// </summary>
public static class FuseActivations
{
    /// <summary>The graph with activations fused.</summary>
    public static Graph Apply(Graph graph) => GraphRewriter.Rewrite(graph, (node, inputs, builder) =>
    {
        if (node.Op is not ActivationOp { Activation: var activation })
            return null;
        var producer = inputs[0];
        var mayFuse = graph.Consumers[node.Inputs[0]] == 1 && producer.Op is IFusesActivation { Activation: Backends.Activation.None };
        return mayFuse ? builder.Replace(producer, ((IFusesActivation)producer.Op).WithActivation(activation)) : null;
    });
}
