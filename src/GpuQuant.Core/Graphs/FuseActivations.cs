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
/// between. Layer names stay; the activation's layer disappears into its producer, or into those of all parts of a concatenation.
/// </summary>
public static class FuseActivations
{
    /// <summary>The graph with activations fused.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="filter">Which activations; null: all.</param>
    /// <param name="keepsOutput">Whether the output's activation stays a layer, since something takes the value before it: a loss.</param>
    public static Graph Apply(Graph graph, Func<Backends.Activation, bool>? filter = null, bool keepsOutput = false) =>
        GraphRewriter.Rewrite(graph, (node, inputs, builder) =>
        {
            if (node.Op is not ActivationOp { Activation: var activation } || filter?.Invoke(activation) == false
                || (keepsOutput && node == graph.Output))
                return null;
            var (before, producer) = (node.Inputs[0], inputs[0]);
            if (MayFuse(graph, before, producer))
                return Fuse(producer);
            var mayFuseParts = graph.Consumers[before] == 1 && before.Op is ConcatOp
                && before.Inputs.Distinct().Count() == before.Inputs.Count
                && before.Inputs.Zip(producer.Inputs).All(part => MayFuse(graph, part.First, part.Second));
            return mayFuseParts ? builder.Replace(producer, producer.Op, [.. producer.Inputs.Select(Fuse)]) : null;

            Node Fuse(Node layer) => builder.Replace(layer, ((IFusesActivation)layer.Op).WithActivation(activation));
        });

    /// <summary>Whether only one layer needs the value of a layer, which is without an activation in the new graph.</summary>
    private static bool MayFuse(Graph graph, Node node, Node rewritten) =>
        graph.Consumers[node] == 1 && rewritten.Op is IFusesActivation { Activation: Backends.Activation.None };
}
