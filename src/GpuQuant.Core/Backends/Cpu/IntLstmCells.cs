using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary><see cref="IntLstmCall"/>; what goes from step to step are the cells.</summary>
internal sealed unsafe class IntLstmCells(IntLstmCall call, bool usesVectors) : IntCells(call, usesVectors)
{
    protected override int Plain(int* inputs, int* sums, int stride, ref short memory)
    {
        var i = GateFormula.Sigmoid(Gate(0, inputs, sums, stride));
        var f = GateFormula.Sigmoid(Gate(1, inputs, sums, stride));
        var g = GateFormula.Tanh(Gate(2, inputs, sums, stride), GateFormula.Bits);
        var o = GateFormula.Sigmoid(Gate(3, inputs, sums, stride));
        memory = (short)StateFormula.Cell(i, f, g, memory, State.CellBits);
        return StateFormula.Quantize(o * GateFormula.Tanh(memory, State.CellBits), State.Multiplier, State.Shift, State.ZeroPoint);
    }

    protected override void Vectors(int* inputs, int* sums, int stride, short* memory, sbyte* state)
    {
        var i = GateVector.Sigmoid(GateSums(0, inputs, sums, stride));
        var f = GateVector.Sigmoid(GateSums(1, inputs, sums, stride));
        var g = GateVector.Tanh(GateSums(2, inputs, sums, stride));
        var o = GateVector.Sigmoid(GateSums(3, inputs, sums, stride));
        var cell = Avx2.AddSaturate(Product(f, Vector256.Load(memory), 15), Product(i, g, 15 + State.CellBits));
        cell.Store(memory);
        var tanh = GateVector.Tanh(cell, State.CellBits);
        var (low, high) = (Avx2.MultiplyLow(o, tanh), Avx2.MultiplyHigh(o, tanh));
        ref readonly var factor = ref StateFactor;
        Store(Avx2.PackSignedSaturate(
            factor.Apply(Avx2.UnpackLow(low, high).AsInt32()), factor.Apply(Avx2.UnpackHigh(low, high).AsInt32())), state);
    }
}
