namespace GpuQuant.Peers.Works;

/// <summary>One thing to compare; its name is that of the result row.</summary>
internal interface IWork
{
    /// <summary>The name: <c>train-resnet20</c>. The part before the first dash names the group.</summary>
    string Name { get; }

    /// <summary>Whether libtorch is one of the peers.</summary>
    bool NeedsTorch { get; }

    /// <summary>Measures all sides in turn.</summary>
    /// <param name="options">How.</param>
    /// <param name="log">Takes remarks: what a peer made of the net, why something is left out.</param>
    IEnumerable<Comparison> Run(PeersOptions options, Action<string> log);
}
