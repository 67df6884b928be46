using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Softmax cross-entropy with the labels, mixed with the divergence from a teacher's softened probabilities (Hinton et al. 2015):
/// (1 - share) CE(labels, softmax(z)) + share T^2 KL(softmax(t / T) || softmax(z / T)), with z the net's logits and t the teacher's.
/// </summary>
/// <param name="Share">The teacher's share, 0 to 1.</param>
/// <param name="Temperature">T; the greater, the more the teacher's small probabilities count.</param>
/// <param name="Teacher">The teacher's logits, at least as many rows as a batch, set before each step.</param>
/// <example>
/// z = [0, 0], t = [2 ln 3, 0], T = 2: the teacher says [0.75, 0.25] and the net [0.5, 0.5]; KL = 0.75 ln 1.5 + 0.25 ln 0.5 = 0.131,
/// four times that is the teacher's part, and its gradient is 2 * [0.5 - 0.75, 0.5 - 0.25] = [-0.5, 0.5].
/// </example>
public sealed record DistillationLoss(float Share, float Temperature, TensorView Teacher) : Loss
{
    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Calls(TensorView logits, TensorView targets, TensorView statistics, TensorView gradient)
    {
        var crossEntropy = new SoftmaxCrossEntropyLoss();
        var taught = Teacher.Slice(0, logits.Shape);
        var (soft, softLogits, softTeacher) = (Like("soft"), Like("soft_logits"), Like("soft_teacher"));
        var (hardGradient, softGradient, unused) = (Like("hard_gradient"), Like("soft_gradient"), Like("unused"));
        var (hard, crossed, entropy) = (Sums("hard"), Sums("crossed"), Sums("entropy"));
        return
        [
            .. crossEntropy.Calls(logits, targets, hard, hardGradient),
            .. Scaled(1 / Temperature, logits, softLogits),
            .. Scaled(1 / Temperature, taught, softTeacher),
            new SoftmaxCall(softTeacher, soft),
            .. crossEntropy.Calls(softLogits, soft, crossed, softGradient),
            // KL is what the cross-entropy has beyond that of the teacher with itself, its entropy.
            .. crossEntropy.Calls(softTeacher, soft, entropy, unused),
            .. Scaled(1 - Share, hardGradient, gradient),
            // By the chain rule, T^2 times the gradient for z / T is T times that for z.
            new ScaledAddCall(Share * Temperature, softGradient, gradient),
            .. Scaled(1 - Share, First(hard), First(statistics)),
            new ScaledAddCall(Share * Temperature * Temperature, First(crossed), First(statistics)),
            new ScaledAddCall(-Share * Temperature * Temperature, First(entropy), First(statistics)),
            new CopyCall(Second(hard), Second(statistics)),
        ];

        TensorView Like(string name) => Plan.NewStorage($"distillation.{name}", DType.Float32, logits.Shape);

        static TensorView Sums(string name) => Plan.NewStorage($"distillation.{name}", DType.Float32, new Shape(2));

        static TensorView First(TensorView sums) => sums.Slice(0, new Shape(1));

        static TensorView Second(TensorView sums) => sums.Slice(1, new Shape(1));
    }

    private static IEnumerable<KernelCall> Scaled(float factor, TensorView source, TensorView result) =>
        [new FillCall(result, 0), new ScaledAddCall(factor, source, result)];
}
