namespace GpuQuant.Formulas;

/// <summary>
/// One unit's step of a recurrent layer in integers, as TFLite's integer LSTM does it (its 8x8_16 kernel); gated recurrent units, for which
/// TFLite has none, in the same arithmetic.
/// </summary>
internal static class StateFormula
{
    /// <summary>
    /// A gate before its function, with <see cref="GateFormula.Bits"/> integer bits: the inputs' sum and the state's, each by its factor; both
    /// are clamped to 16 bits as they are added up.
    /// </summary>
    public static int Gate(int inputs, int inputMultiplier, int inputShift, int states, int stateMultiplier, int stateShift) =>
        GateFormula.Saturate(GateFormula.Saturate(RequantizeFormula.Multiply(inputs, inputMultiplier, inputShift))
            + RequantizeFormula.Multiply(states, stateMultiplier, stateShift));

    /// <summary>The cell f c + i g; cells have so many integer bits, the gates 15 fractional ones.</summary>
    /// <example>i = f = g = 1/2 and c = 1 with 4 integer bits, 2048: 1024 + 512 is 0.75.</example>
    public static int Cell(int i, int f, int g, int cell, int bits) => GateFormula.Saturate(
        RequantizeFormula.RoundingShiftRight(f * cell, 15) + RequantizeFormula.RoundingShiftRight(i * g, 15 + bits));

    /// <summary>The third gate of gated recurrent units before its function: the inputs' part and r times the state's.</summary>
    public static int Candidate(int inputs, int inputMultiplier, int inputShift, int r, int states, int stateMultiplier, int stateShift)
    {
        var seen = GateFormula.Saturate(RequantizeFormula.Multiply(states, stateMultiplier, stateShift));
        return GateFormula.Saturate(GateFormula.Saturate(RequantizeFormula.Multiply(inputs, inputMultiplier, inputShift))
            + RequantizeFormula.RoundingShiftRight(r * seen, 15));
    }

    /// <summary>The state z h + (1 - z) n with 15 fractional bits, in one rounding: n + z (h - n), a product of 31 bits at most.</summary>
    /// <example>z = 1/2, h = 1/4 and n = -1/4: 0.</example>
    public static int Mix(int z, int h, int n) => n + RequantizeFormula.RoundingShiftRight(z * (h - n), 15);

    /// <summary>The state as int8, which the next step's products and the next layer take.</summary>
    public static int Quantize(int state, int multiplier, int shift, int zeroPoint) =>
        RequantizeFormula.Requantize(state, multiplier, shift, zeroPoint, -128, 127);
}
