namespace GpuQuant.Backends;

/// <summary>How the state of an integer recurrent layer becomes int8, and what its cells mean.</summary>
/// <param name="Multiplier">
/// The factor of an LSTM's output gate times tanh, both with 15 fractional bits, or of a GRU's state with 15 fractional bits: m / 2^31 * 2^shift.
/// </param>
/// <param name="Shift">Its shift.</param>
/// <param name="ZeroPoint">The int8 number that stands for 0.</param>
/// <param name="CellBits">The integer bits of an LSTM's 16-bit cells: with 4, they are -16 to 16 in steps of 2^-11.</param>
/// <example>A state from -1 to 1 with the step 1/128: an LSTM's factor is 2^-30 * 128 = 2^-23, multiplier 2^30 and shift -22.</example>
public readonly record struct IntStateFactors(int Multiplier, int Shift, int ZeroPoint, int CellBits = 0);
