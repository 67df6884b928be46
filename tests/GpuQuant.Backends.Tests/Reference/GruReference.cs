namespace GpuQuant.Backends.Tests.Reference;

public static class GruReference
{
    public static (Approx[] Gates, Approx[] States, Approx[] Candidates, Approx[] Output) Forward(
        SequenceReference s, float[] inputs, float[] bias)
    {
        var (gates, states, candidates, output) =
            (new Approx[inputs.Length], new Approx[s.Values], new Approx[s.Values], new Approx[s.Batch * s.Units]);
        var state = new Approx[s.Units];
        foreach (var (sample, step) in s.Walk)
        {
            var before = step == 0 ? new Approx[s.Units] : state;
            state = new Approx[s.Units];
            for (var u = 0; u < s.Units; u++)
            {
                var seen = Enumerable.Range(0, 3).Select(g => s.Seen(before, sample, g, u) + bias[g * s.Units + u]).ToArray();
                var z = SequenceReference.Sigmoid(inputs[s.Gate(sample, step, 0, u)] + seen[0]);
                var r = SequenceReference.Sigmoid(inputs[s.Gate(sample, step, 1, u)] + seen[1]);
                var n = Approx.Tanh(inputs[s.Gate(sample, step, 2, u)] + r * seen[2]);
                state[u] = output[sample * s.Units + u] = z * before[u] + (1 - z) * n;
                (states[s.At(sample, step, u)], candidates[s.At(sample, step, u)]) = (before[u], seen[2]);
                (gates[s.Gate(sample, step, 0, u)], gates[s.Gate(sample, step, 1, u)], gates[s.Gate(sample, step, 2, u)]) = (z, r, n);
            }
        }
        return (gates, states, candidates, output);
    }

    public static (Approx[] GateGradients, Approx[] RecurrentGradients) Backward(
        SequenceReference s, float[] gates, float[] states, float[] candidates, float[] outputGradient)
    {
        var (byStep, byGate, state) = (new Approx[gates.Length], new Approx[gates.Length], new Approx[s.Units]);
        foreach (var (sample, step) in s.Walk.OrderBy(at => at.Sample).ThenByDescending(at => at.Step))
        {
            if (step == s.Steps - 1)
                state = [.. outputGradient.Skip(sample * s.Units).Take(s.Units).Select(v => (Approx)v)];
            var direct = new Approx[s.Units];
            for (var u = 0; u < s.Units; u++)
            {
                var (z, r) = ((Approx)gates[s.Gate(sample, step, 0, u)], (Approx)gates[s.Gate(sample, step, 1, u)]);
                var (n, q) = ((Approx)gates[s.Gate(sample, step, 2, u)], (Approx)candidates[s.At(sample, step, u)]);
                var dn = state[u] * (1 - z) * (1 - n * n);
                var dz = state[u] * (states[s.At(sample, step, u)] - n) * (z * (1 - z));
                var dr = dn * q * (r * (1 - r));
                direct[u] = state[u] * z;
                byStep[s.Gate(sample, step, 0, u)] = byGate[s.ByGate(sample, step, 0, u)] = dz;
                byStep[s.Gate(sample, step, 1, u)] = byGate[s.ByGate(sample, step, 1, u)] = dr;
                (byStep[s.Gate(sample, step, 2, u)], byGate[s.ByGate(sample, step, 2, u)]) = (dn, dn * r);
            }
            state = [.. direct.Select((d, u) => d + s.SeenBackward(byGate, sample, step, u))];
        }
        return (byStep, byGate);
    }
}
