; Float arithmetic, the sixteen predicates, and intrinsics.

define float @arithmetic(float %a, float %b) {
  %1 = fadd float %a, %b
  %2 = fsub float %1, 5.000000e-01
  %3 = fmul float %2, %b
  %4 = fdiv float %3, %a
  %5 = frem float %4, %b
  %6 = fneg float %5
  ret float %6
}

define <2 x double> @lanes(<2 x double> %a, <2 x double> %b) {
  %1 = fadd <2 x double> %a, %b
  %2 = fneg <2 x double> %1
  ret <2 x double> %2
}

define i1 @predicates(double %a, double %b) {
  %1 = fcmp false double %a, %b
  %2 = fcmp oeq double %a, %b
  %3 = fcmp ogt double %a, %b
  %4 = fcmp oge double %a, %b
  %5 = fcmp olt double %a, %b
  %6 = fcmp ole double %a, %b
  %7 = fcmp one double %a, %b
  %8 = fcmp ord double %a, %b
  %9 = fcmp uno double %a, %b
  %10 = fcmp ueq double %a, %b
  %11 = fcmp ugt double %a, %b
  %12 = fcmp uge double %a, %b
  %13 = fcmp ult double %a, %b
  %14 = fcmp ule double %a, %b
  %15 = fcmp une double %a, %b
  %16 = fcmp true double %a, %b
  ret i1 %16
}

declare double @llvm.sqrt.f64(double)
declare double @llvm.fma.f64(double, double, double)
declare double @llvm.fmuladd.f64(double, double, double)
declare double @llvm.minnum.f64(double, double)
declare double @llvm.maximum.f64(double, double)
declare double @llvm.copysign.f64(double, double)
declare double @llvm.rint.f64(double)
declare double @llvm.round.f64(double)
declare double @llvm.sin.f64(double)
declare double @llvm.pow.f64(double, double)
declare i32 @llvm.fptosi.sat.i32.f64(double)
declare i8 @llvm.fptoui.sat.i8.f64(double)
declare i1 @llvm.is.fpclass.f64(double, i32 immarg)

define double @intrinsics(double %a, double %b) {
  %1 = call double @llvm.sqrt.f64(double %a)
  %2 = call double @llvm.fma.f64(double %1, double %b, double 1.0)
  %3 = call double @llvm.fmuladd.f64(double %2, double %b, double %a)
  %4 = call double @llvm.minnum.f64(double %3, double %b)
  %5 = call double @llvm.maximum.f64(double %4, double %b)
  %6 = call double @llvm.copysign.f64(double %5, double %b)
  %7 = call double @llvm.rint.f64(double %6)
  %8 = call double @llvm.round.f64(double %7)
  %9 = call double @llvm.sin.f64(double %8)
  %10 = call double @llvm.pow.f64(double %9, double 0x7FF8000000000000)
  %11 = call i32 @llvm.fptosi.sat.i32.f64(double %10)
  %12 = call i8 @llvm.fptoui.sat.i8.f64(double %10)
  %13 = call i1 @llvm.is.fpclass.f64(double %10, i32 3)
  ret double %10
}
