namespace GpuQuant.Backends.Tests.Reference;

public static class LstmReference
{
    public static (Approx[] Gates, Approx[] States, Approx[] Cells, Approx[] Output) Forward(SequenceReference s, float[] inputs)
    {
        var (gates, states, cells, output) = (new Approx[inputs.Length], new Approx[s.Values], new Approx[s.Values], new Approx[s.Batch * s.Units]);
        var (state, cell) = (new Approx[s.Units], new Approx[s.Units]);
        foreach (var (sample, step) in s.Walk)
        {
            if (step == 0)
                (state, cell) = (new Approx[s.Units], new Approx[s.Units]);
            var before = state;
            state = new Approx[s.Units];
            for (var u = 0; u < s.Units; u++)
            {
                var sums = Enumerable.Range(0, 4).Select(g => inputs[s.Gate(sample, step, g, u)] + s.Seen(before, sample, g, u)).ToArray();
                var (i, f) = (SequenceReference.Sigmoid(sums[0]), SequenceReference.Sigmoid(sums[1]));
                var (g, o) = (Approx.Tanh(sums[2]), SequenceReference.Sigmoid(sums[3]));
                cell[u] = f * cell[u] + i * g;
                state[u] = output[sample * s.Units + u] = o * Approx.Tanh(cell[u]);
                (states[s.At(sample, step, u)], cells[s.At(sample, step, u)]) = (before[u], cell[u]);
                (gates[s.Gate(sample, step, 0, u)], gates[s.Gate(sample, step, 1, u)]) = (i, f);
                (gates[s.Gate(sample, step, 2, u)], gates[s.Gate(sample, step, 3, u)]) = (g, o);
            }
        }
        return (gates, states, cells, output);
    }

    public static (Approx[] GateGradients, Approx[] RecurrentGradients) Backward(
        SequenceReference s, float[] gates, float[] cells, float[] outputGradient)
    {
        var (byStep, byGate) = (new Approx[gates.Length], new Approx[gates.Length]);
        var (state, cell) = (new Approx[s.Units], new Approx[s.Units]);
        foreach (var (sample, step) in s.Walk.OrderBy(at => at.Sample).ThenByDescending(at => at.Step))
        {
            if (step == s.Steps - 1)
                (state, cell) = ([.. outputGradient.Skip(sample * s.Units).Take(s.Units).Select(v => (Approx)v)], new Approx[s.Units]);
            for (var u = 0; u < s.Units; u++)
            {
                var (i, f) = ((Approx)gates[s.Gate(sample, step, 0, u)], (Approx)gates[s.Gate(sample, step, 1, u)]);
                var (g, o) = ((Approx)gates[s.Gate(sample, step, 2, u)], (Approx)gates[s.Gate(sample, step, 3, u)]);
                var before = step == 0 ? (Approx)0 : cells[s.At(sample, step - 1, u)];
                var tanh = Approx.Tanh(cells[s.At(sample, step, u)]);
                cell[u] += state[u] * o * (1 - tanh * tanh);
                Put(0, cell[u] * g * (i * (1 - i)));
                Put(1, cell[u] * before * (f * (1 - f)));
                Put(2, cell[u] * i * (1 - g * g));
                Put(3, state[u] * tanh * (o * (1 - o)));
                cell[u] *= f;

                void Put(int gate, Approx value) =>
                    byStep[s.Gate(sample, step, gate, u)] = byGate[s.ByGate(sample, step, gate, u)] = value;
            }
            state = [.. Enumerable.Range(0, s.Units).Select(u => s.SeenBackward(byGate, sample, step, u))];
        }
        return (byStep, byGate);
    }
}
