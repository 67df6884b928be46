namespace KernelGate;

/// <summary>What an assembled kernel takes and holds.</summary>
/// <param name="Kernel">Its name.</param>
/// <param name="Target">The GPU generation, such as <c>sm_80</c>.</param>
/// <param name="Registers">Registers of a thread.</param>
/// <param name="SharedBytes">Shared memory of a group, as far as it is fixed.</param>
/// <param name="StackBytes">Local memory of a thread: arrays and what does not fit into registers.</param>
/// <param name="SpillBytes">Bytes stored to and loaded from local memory for lack of registers, counted in the code.</param>
/// <param name="Imma">Integer tensor-core instructions in the code.</param>
/// <param name="Hmma">Floating-point tensor-core instructions in the code.</param>
/// <param name="Ffma">Scalar float32 multiply-adds in the code.</param>
public sealed record KernelFigures(
    string Kernel, string Target, int Registers, int SharedBytes, int StackBytes, int SpillBytes, int Imma, int Hmma, int Ffma);
