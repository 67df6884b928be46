using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary><see cref="IntGruCall"/>; what goes from step to step are the states in 16 bits.</summary>
internal sealed unsafe class IntGruCells(IntGruCall call, bool usesVectors) : IntCells(call, usesVectors)
{
    protected override int Plain(int* inputs, int* sums, int stride, ref short memory)
    {
        var z = GateFormula.Sigmoid(Gate(0, inputs, sums, stride));
        var r = GateFormula.Sigmoid(Gate(1, inputs, sums, stride));
        var n = GateFormula.Tanh(Candidate(inputs, sums, stride, r), GateFormula.Bits);
        memory = (short)StateFormula.Mix(z, memory, n);
        return StateFormula.Quantize(memory, State.Multiplier, State.Shift, State.ZeroPoint);
    }

    protected override void Vectors(int* inputs, int* sums, int stride, short* memory, sbyte* state)
    {
        var z = GateVector.Sigmoid(GateSums(0, inputs, sums, stride));
        var r = GateVector.Sigmoid(GateSums(1, inputs, sums, stride));
        var n = GateVector.Tanh(Avx2.AddSaturate(InputPart(2, inputs), Product(r, StatePart(2, sums, stride), 15)));
        var (z0, z1) = Vector256.Widen(z);
        var (h0, h1) = Vector256.Widen(Vector256.Load(memory));
        var (n0, n1) = Vector256.Widen(n);
        h0 = n0 + GateVector.RoundingShiftRight(z0 * (h0 - n0), 15);
        h1 = n1 + GateVector.RoundingShiftRight(z1 * (h1 - n1), 15);
        Packed(h0, h1).Store(memory);
        ref readonly var factor = ref StateFactor;
        Store(Packed(factor.Apply(h0), factor.Apply(h1)), state);
    }
}
