using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>The loss of a logistic regression at one point, with its first and second derivatives by weight and intercept.</summary>
internal readonly record struct LogisticLoss(
    double Value, double ByWeight, double ByIntercept, double ByWeightTwice, double ByBoth, double ByInterceptTwice)
{
    private const double Rounding = 1e-12, LeastCurvature = 1e-300;

    // Each factor is at most 2, so that their product stays a finite number.
    private const int FactorsPerLogarithm = 512;

    public static LogisticLoss At(double[] x, bool[] positives, double c, double w, double b)
    {
        var (loss, product, g0, g1, h00, h01, h11) = (0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var logit = w * x[i] + b;
            var small = PortableMath.Exp(-Math.Abs(logit));
            product *= 1 + small;
            if ((i + 1) % FactorsPerLogarithm == 0)
                (loss, product) = (loss + PortableMath.Log(product), 1);
            // ln(1 + exp(-y z)) = ln(1 + exp(-|z|)), plus |z| where the sign is wrong.
            loss += logit > 0 == positives[i] ? 0 : Math.Abs(logit);
            var probability = (logit > 0 ? 1 : small) / (1 + small);
            var error = probability - (positives[i] ? 1 : 0);
            var curvature = small / ((1 + small) * (1 + small));
            (g0, g1) = (g0 + error * x[i], g1 + error);
            (h00, h01, h11) = (h00 + curvature * x[i] * x[i], h01 + curvature * x[i], h11 + curvature);
        }
        loss += PortableMath.Log(product);
        return new(w * w / 2 + c * loss, w + c * g0, c * g1, 1 + c * h00, c * h01, c * h11);
    }

    /// <summary>The step to where the loss's parabola has its least value.</summary>
    public (double Weight, double Intercept) NewtonStep()
    {
        var determinant = Math.Max(ByWeightTwice * ByInterceptTwice - ByBoth * ByBoth, LeastCurvature);
        return ((ByBoth * ByIntercept - ByInterceptTwice * ByWeight) / determinant,
            (ByBoth * ByWeight - ByWeightTwice * ByIntercept) / determinant);
    }

    /// <summary>Whether this loss is greater than another by more than rounding makes it.</summary>
    public bool IsAbove(LogisticLoss other) => !(Value <= other.Value + Rounding * (1 + Math.Abs(other.Value)));
}
